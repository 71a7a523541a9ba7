package org.lmdeploy.benchmark.host;

import org.lmdeploy.bench.ceiling.Ceilings;

/**
 * One measurement of the engine, and the machine's limits right before and after it.
 *
 * @param timing how long a step took
 * @param before the limits before
 * @param after the limits after
 * @param load the system's load average at its end; -1 if unknown
 */
public record Reading(Timing timing, Ceilings before, Ceilings after, double load) {}
