/** The blocks of the KV cache: who holds them, and which beginnings of sequences they keep. */
package org.lmdeploy.core.kv;
