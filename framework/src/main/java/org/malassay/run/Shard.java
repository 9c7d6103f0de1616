package org.malassay.run;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.options.Option;

/**
 * One part of a corpus that is split over machines: the samples whose SHA-256 leaves {@code index -
 * 1} when it is divided by {@code total}. So it depends on no order and no name, and copies of one
 * file stay together.
 *
 * @param index from 1 to {@code total}
 * @param total how many parts there are
 */
public record Shard(int index, int total) {
  /** The corpus in one part. */
  public static final Shard WHOLE = new Shard(1, 1);

  public static final Option<Shard> OPTION =
      Option.optional(
          "shard",
          "I/N",
          "only part I of N of the corpus, from 1 to N, told by SHA-256; 1/1 is the whole. Without it"
              + " the variables of GitLab's parallel jobs, Slurm's arrays and Kubernetes' indexed"
              + " jobs count",
          Shard::parse);

  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})/(\\d{1,9})");

  /** Fifteen digits are what a long holds; a division by fewer than 10^9 is as even by them. */
  private static final int DIGITS = 15;

  public Shard {
    if (index < 1 || index > total) {
      throw new IllegalArgumentException(
          "no part of a corpus: the first number is from 1 to the second, such as 1/5 to 5/5");
    }
  }

  /** A shard such as {@code 3/5}. */
  static Shard parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not two numbers such as 3/5");
    }
    return new Shard(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Whether a sample of this SHA-256, in hexadecimal, is in it. */
  public boolean has(String sha256) {
    return Long.parseLong(sha256.substring(0, DIGITS), 16) % total == index - 1;
  }

  public boolean isWhole() {
    return total == 1;
  }

  /** Such as {@code shard 3 of 5}. */
  public String inWords() {
    return "shard %d of %d".formatted(index, total);
  }

  /** As the option has it. */
  @Override
  public String toString() {
    return index + "/" + total;
  }
}
