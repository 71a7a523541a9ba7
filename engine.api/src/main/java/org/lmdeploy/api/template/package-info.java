/** Chat templates: from messages to a prompt with image places. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package org.lmdeploy.api.template;
