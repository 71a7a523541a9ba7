/** What a step of a model must at least read and compute. */
package org.lmdeploy.benchmark.work;
