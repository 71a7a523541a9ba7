/** Continuous batching: the engine thread, its scheduler and the streams that leave it. */
package org.lmdeploy.core.batch;
