/**
 * Output formats: what the text of an answer must be, and the sets of tokens that follow from it.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.api.grammar;
