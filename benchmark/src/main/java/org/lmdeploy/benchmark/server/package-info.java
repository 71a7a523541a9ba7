/**
 * What the HTTP server costs and keeps: a server in a process of its own, asked by clients in this
 * one.
 */
package org.lmdeploy.benchmark.server;
