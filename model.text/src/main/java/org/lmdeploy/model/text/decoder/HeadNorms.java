package org.lmdeploy.model.text.decoder;

/**
 * The tensors of norms over each head, one for all heads of queries and one for all of keys, before
 * they are rotated (Henry et al., arXiv 2010.04245).
 *
 * @param query the tensor for queries
 * @param key the tensor for keys
 */
public record HeadNorms(String query, String key) {}
