package org.malassay.environment;

import java.time.Duration;
import java.util.Optional;

/**
 * One HTTP request to the web service of a guest, and what came back.
 *
 * @param status the HTTP status; empty when no answer came
 * @param latency from the request to the last byte of the answer, or to giving up
 * @param bodySha256 the digest of the page; empty when no answer came
 * @param failure why no answer came, such as {@code connection refused}; empty when one did
 * @param page the page, or its beginning, kept as evidence where it is another than before; {@link
 *     Output#NONE} when no answer came, or the guest keeps none
 * @param asked false when the request could not even be made, which says nothing of the service
 */
public record Probe(
    Optional<Integer> status,
    Duration latency,
    Optional<String> bodySha256,
    Optional<String> failure,
    Output page,
    boolean asked) {

  /** A request that was made, with the page that came. */
  public Probe(
      Optional<Integer> status,
      Duration latency,
      Optional<String> bodySha256,
      Optional<String> failure,
      Output page) {
    this(status, latency, bodySha256, failure, page, true);
  }

  /** A probe of which no page is kept. */
  public Probe(
      Optional<Integer> status,
      Duration latency,
      Optional<String> bodySha256,
      Optional<String> failure) {
    this(status, latency, bodySha256, failure, Output.NONE);
  }

  /** A request that could not be made, and why. */
  public static Probe notAsked(Duration latency, String failure) {
    return new Probe(
        Optional.empty(), latency, Optional.empty(), Optional.of(failure), Output.NONE, false);
  }

  /** True when the service answered 200. */
  public boolean available() {
    return status.filter(code -> code == 200).isPresent();
  }
}
