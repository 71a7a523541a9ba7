/**
 * Parsers of answers: what in the text of a model is content, what is reasoning, and what calls a
 * tool.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.api.parser;
