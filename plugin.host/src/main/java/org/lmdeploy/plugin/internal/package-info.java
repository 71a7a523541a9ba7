/** How jars of a folder become running bundles, and cease to be. */
package org.lmdeploy.plugin.internal;
