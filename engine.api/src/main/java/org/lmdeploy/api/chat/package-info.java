/** Messages of a conversation. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package org.lmdeploy.api.chat;
