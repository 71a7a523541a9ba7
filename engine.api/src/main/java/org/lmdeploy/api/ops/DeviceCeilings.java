package org.lmdeploy.api.ops;

/**
 * What a device can do at most, measured on it: what speeds are compared with.
 *
 * @param copyBytesPerSecond bytes read and written by a large copy within its memory, in a second
 * @param matrixFlops floating-point operations of a large matrix product in the type of
 *     activations, in a second; by this project's own kernels
 * @param how how it was measured, for reports
 */
public record DeviceCeilings(double copyBytesPerSecond, double matrixFlops, String how) {}
