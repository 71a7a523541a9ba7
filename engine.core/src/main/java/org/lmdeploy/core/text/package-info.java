/** From token ids to text while they are generated. */
package org.lmdeploy.core.text;
