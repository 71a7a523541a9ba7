/** The text models that are configurations of one decoder, as data. */
package org.lmdeploy.model.text.backbone;
