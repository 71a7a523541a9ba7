package org.lmdeploy.bench.ceiling;

/**
 * The machine's limits at one moment.
 *
 * @param read bytes read from memory in a second
 * @param fma fp32 operations in a second
 */
public record Ceilings(Rate read, Rate fma) {}
