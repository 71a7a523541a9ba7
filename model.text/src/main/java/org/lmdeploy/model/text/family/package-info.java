/** The family of text models that stand alone. */
package org.lmdeploy.model.text.family;
