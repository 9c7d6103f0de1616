package org.malassay.firmware.application;

/**
 * What the content of a file says that it may be, whatever its name.
 *
 * @param rule the rule's name, which is that of the component
 * @param version empty if it could not be told
 * @param how the string that says so: hostile text, cut at 120 characters
 */
public record Hint(String rule, String version, String how) {}
