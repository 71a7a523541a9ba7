/** CLIP's and SigLIP's image encoders, and the projector to the decoder's space. */
package org.lmdeploy.model.llava.vision;
