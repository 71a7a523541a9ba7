/** Finding model folders, and reading their JSON files and their weights. */
package org.lmdeploy.hub;
