package org.malassay.label;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The logs of Java's HTTP client, which print URLs, and with them VirusShare's key, where someone
 * turns on all logging. Making this turns them off.
 */
final class HttpClientLogs {
  // Held, because the log manager forgets the level of a logger that nobody holds.
  @SuppressWarnings("unused")
  private final List<Logger> silenced;

  private HttpClientLogs(List<Logger> silenced) {
    this.silenced = silenced;
  }

  static HttpClientLogs silence() {
    List<Logger> loggers =
        List.of(
            Logger.getLogger("jdk.httpclient.HttpClient"),
            Logger.getLogger("jdk.internal.httpclient.debug"),
            Logger.getLogger("jdk.internal.httpclient.hpack.debug"));
    loggers.forEach(logger -> logger.setLevel(Level.OFF));
    return new HttpClientLogs(loggers);
  }
}
