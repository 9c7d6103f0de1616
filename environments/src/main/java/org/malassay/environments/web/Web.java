package org.malassay.environments.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.malassay.environment.Probe;

/** Asks the web service of a guest through a port of the host's loopback. */
public final class Web {
  private static final byte[] REQUEST =
      "GET / HTTP/1.0\r\nHost: localhost\r\nUser-Agent: malassay\r\n\r\n".getBytes(US_ASCII);
  private static final int MAX_ANSWER = 2 * 1024 * 1024;
  private static final int CHUNK = 16 * 1024;

  private Web() {}

  /**
   * Asks for the page.
   *
   * @param port of the host's loopback
   * @param timeout after which there is no answer
   */
  public static Probe ask(int port, Duration timeout) {
    long start = System.nanoTime();
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), left(start, timeout));
      socket.getOutputStream().write(REQUEST);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      while (answer.size() < MAX_ANSWER) {
        socket.setSoTimeout(left(start, timeout));
        int n = socket.getInputStream().read(chunk);
        if (n < 0) {
          break;
        }
        answer.write(chunk, 0, n);
      }
      return HttpAnswer.read(ByteBuffer.wrap(answer.toByteArray()), since(start), Optional.empty());
    } catch (SocketTimeoutException e) {
      return HttpAnswer.none(since(start), "no answer in time");
    } catch (ConnectException e) {
      return HttpAnswer.none(since(start), "connection refused");
    } catch (IOException e) {
      return HttpAnswer.none(since(start), "connection reset");
    }
  }

  private static int left(long start, Duration timeout) throws SocketTimeoutException {
    long left = timeout.minus(since(start)).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException();
    }
    return (int) left;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
