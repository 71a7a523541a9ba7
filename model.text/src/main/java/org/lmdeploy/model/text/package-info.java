/** Text models for families of VLMs to build upon. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.model.text;
