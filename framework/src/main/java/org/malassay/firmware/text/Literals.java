package org.malassay.firmware.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds many literals in the bytes of a file in one pass (Aho and Corasick, Efficient String
 * Matching, CACM 18, 1975), whatever their number. Immutable.
 */
public final class Literals {
  private static final int BYTES = 256;

  private final int[] next;
  private final int[][] found;

  /** What is told of each place of a literal. */
  public interface Sink {
    /**
     * Takes one place.
     *
     * @param literal its index in the list
     * @param from where it begins in the file
     */
    void found(int literal, int from);
  }

  private final int[] lengths;

  private Literals(int[] next, int[][] found, int[] lengths) {
    this.next = next;
    this.found = found;
    this.lengths = lengths;
  }

  /**
   * Makes the machine that finds these.
   *
   * @param literals texts of ISO 8859-1, none empty
   */
  public static Literals of(List<String> literals) {
    List<int[]> trie = new ArrayList<>();
    List<List<Integer>> ends = new ArrayList<>();
    addState(trie, ends);
    for (int i = 0; i < literals.size(); i++) {
      byte[] bytes = literals.get(i).getBytes(ISO_8859_1);
      if (bytes.length == 0) {
        throw new IllegalArgumentException("literal " + i + " is empty");
      }
      int state = 0;
      for (byte b : bytes) {
        int way = trie.get(state)[b & 0xff];
        if (way < 0) {
          way = addState(trie, ends);
          trie.get(state)[b & 0xff] = way;
        }
        state = way;
      }
      ends.get(state).add(i);
    }
    link(trie, ends);
    int[] next = new int[trie.size() * BYTES];
    int[][] found = new int[trie.size()][];
    for (int state = 0; state < trie.size(); state++) {
      System.arraycopy(trie.get(state), 0, next, state * BYTES, BYTES);
      found[state] = ends.get(state).stream().mapToInt(Integer::intValue).toArray();
    }
    return new Literals(next, found, literals.stream().mapToInt(String::length).toArray());
  }

  private static int addState(List<int[]> trie, List<List<Integer>> ends) {
    int[] ways = new int[BYTES];
    Arrays.fill(ways, -1);
    trie.add(ways);
    ends.add(new ArrayList<>());
    return trie.size() - 1;
  }

  /** Makes of the tree a machine that never goes back in the file. */
  private static void link(List<int[]> trie, List<List<Integer>> ends) {
    int[] fallback = new int[trie.size()];
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    int[] root = trie.get(0);
    for (int b = 0; b < BYTES; b++) {
      if (root[b] < 0) {
        root[b] = 0;
      } else {
        queue.add(root[b]);
      }
    }
    while (!queue.isEmpty()) {
      int state = queue.remove();
      ends.get(state).addAll(ends.get(fallback[state]));
      int[] ways = trie.get(state);
      int[] back = trie.get(fallback[state]);
      for (int b = 0; b < BYTES; b++) {
        if (ways[b] < 0) {
          ways[b] = back[b];
        } else {
          fallback[ways[b]] = back[b];
          queue.add(ways[b]);
        }
      }
    }
  }

  /** Tells every place of every literal, in the order in which they end. */
  public void scan(byte[] file, Sink sink) {
    int state = 0;
    for (int i = 0; i < file.length; i++) {
      state = next[state * BYTES + (file[i] & 0xff)];
      int[] here = found[state];
      if (here.length > 0) {
        for (int literal : here) {
          sink.found(literal, i + 1 - lengths[literal]);
        }
      }
    }
  }
}
