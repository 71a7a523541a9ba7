/**
 * Models by their ids: looks them up at Hugging Face or ModelScope, downloads what the cache lacks,
 * and keeps the caches in the layout that the hubs' own tools use.
 */
package org.lmdeploy.hub.remote;
