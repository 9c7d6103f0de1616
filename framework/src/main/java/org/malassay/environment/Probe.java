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
 */
public record Probe(
    Optional<Integer> status,
    Duration latency,
    Optional<String> bodySha256,
    Optional<String> failure) {

  /** True when the service answered 200. */
  public boolean available() {
    return status.filter(code -> code == 200).isPresent();
  }
}
