package org.malassay.features;

/**
 * A file of features beside the numbers.
 *
 * @param name of the file
 * @param title what it is, in a few words
 * @param mediaType such as {@code text/plain}
 * @param contents may hold text of the sample's
 */
@SuppressWarnings("ArrayRecordComponent") // written once
public record FeaturePiece(String name, String title, String mediaType, byte[] contents) {
  public static final String STRINGS = "strings.txt";
  public static final String IMAGE = "image.png";
  static final String ENTROPY = "entropy.json";
  static final String OPCODES = "opcodes.csv";
  static final String IMPORTS = "imports.txt";
}
