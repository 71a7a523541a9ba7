/** The LLaVA family: checkpoints of the original code and of transformers. */
package org.lmdeploy.model.llava;
