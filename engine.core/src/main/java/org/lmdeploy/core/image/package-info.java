/** Embeddings of images: computed in batches, kept on the device, shared by key. */
package org.lmdeploy.core.image;
