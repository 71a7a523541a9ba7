/**
 * The one hierarchy of errors, with stable codes that map once to HTTP statuses and once to exit
 * codes.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.1.0")
package org.lmdeploy.api.error;
