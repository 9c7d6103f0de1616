package org.malassay.firmware;

/**
 * A known program, library or kernel with its version.
 *
 * @param name such as {@code busybox}, as in the rules
 * @param version such as {@code 1.19.4}; empty if it could not be told
 * @param path of the file that tells it
 * @param how the rule and what matched it, in words
 */
public record Component(String name, String version, String path, String how) {}
