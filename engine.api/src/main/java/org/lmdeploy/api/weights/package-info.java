/**
 * Weights of a checkpoint as a model family asks for them, and the quantizers that know their
 * formats.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("1.0.0")
package org.lmdeploy.api.weights;
