/** InternViT and the projector to the decoder's space. */
package org.lmdeploy.model.internvl.vision;
