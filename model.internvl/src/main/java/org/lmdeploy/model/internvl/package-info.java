/** The InternVL family. */
package org.lmdeploy.model.internvl;
