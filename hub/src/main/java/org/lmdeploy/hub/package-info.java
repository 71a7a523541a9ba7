/** Reading local model folders: their JSON files and their weights. */
package org.lmdeploy.hub;
