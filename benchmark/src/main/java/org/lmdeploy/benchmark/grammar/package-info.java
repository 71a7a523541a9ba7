/** What it costs to hold answers to a format: sets of permitted tokens over a real vocabulary. */
package org.lmdeploy.benchmark.grammar;
