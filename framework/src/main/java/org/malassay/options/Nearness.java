package org.malassay.options;

/** How far a misspelt name is from the one that was meant. */
final class Nearness {
  private Nearness() {}

  /** One mistake in names of up to seven letters, two in longer ones of up to eleven, and so on. */
  static boolean near(String one, String other) {
    int allowed = Math.max(1, Math.min(one.length(), other.length()) / 4);
    return Math.abs(one.length() - other.length()) <= allowed && distance(one, other) <= allowed;
  }

  /**
   * The letters to be inserted, removed, replaced, or exchanged with their neighbours, to make one
   * text of the other (optimal string alignment distance).
   */
  static int distance(String one, String other) {
    int[][] table = new int[one.length() + 1][other.length() + 1];
    for (int i = 0; i <= one.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          table[i][j] = i + j;
          continue;
        }
        int replaced = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        int least = Math.min(table[i - 1][j], table[i][j - 1]) + 1;
        table[i][j] = Math.min(least, table[i - 1][j - 1] + replaced);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          table[i][j] = Math.min(table[i][j], table[i - 2][j - 2] + 1);
        }
      }
    }
    return table[one.length()][other.length()];
  }
}
