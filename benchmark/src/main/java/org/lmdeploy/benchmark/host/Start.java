package org.lmdeploy.benchmark.host;

/**
 * The first moments of a model, before anything is compiled or in the page cache's tables.
 *
 * @param load seconds until it was loaded
 * @param firstToken seconds from the first prompt to its first token
 */
public record Start(double load, double firstToken) {}
