package org.malassay.environments.web;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.malassay.environment.Probe;

/** Asks the web service of a guest for its page, through a port of the host's loopback. */
public final class HttpProbe {
  private static final int MAX_ANSWER = 2 * 1024 * 1024;

  private HttpProbe() {}

  /**
   * Asks for the page.
   *
   * @param port of the host's loopback
   * @param timeout after which there is no answer
   */
  public static Probe ask(int port, Duration timeout) {
    long start = System.nanoTime();
    try (HttpConnection connection = HttpConnection.get(port, timeout)) {
      ByteBuffer answer = ByteBuffer.wrap(connection.answer(MAX_ANSWER));
      return HttpAnswer.read(answer, since(start), Optional.empty());
    } catch (SocketTimeoutException e) {
      return HttpAnswer.none(since(start), "no answer in time");
    } catch (ConnectException e) {
      return HttpAnswer.none(since(start), "connection refused");
    } catch (IOException e) {
      return HttpAnswer.none(since(start), "connection reset");
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
