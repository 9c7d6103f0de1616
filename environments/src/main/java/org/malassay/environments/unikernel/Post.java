package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One POST to a guest's web service and its answer, whose bytes may be hostile: a sample shares
 * memory with the service. Nothing here waits without end or keeps more than it must.
 */
final class Post implements AutoCloseable {
  private static final int MAX_HEAD = 8 * 1024;
  private static final int CHUNK = 64 * 1024;
  private static final Pattern STATUS =
      Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)(?: [^\\r\\n]*)?\\r?\\n");

  private final Socket socket;
  private final InputStream in;
  private final CompletableFuture<Void> patience = new CompletableFuture<>();
  private volatile boolean isLate;

  private Post(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Sends the request.
   *
   * @param port of the host's loopback
   * @param path in letters that mean themselves in a request
   * @param body as long as said
   * @param timeout after which the connection is closed, unless {@link #takeYourTime} comes first
   * @throws IOException if the guest does not take it
   */
  static Post send(int port, String path, InputStream body, long length, Duration timeout)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) timeout.toMillis());
      socket.setTcpNoDelay(true);
      Post post = new Post(socket);
      // No read or write has a limit of its own that a drip of bytes would not get around.
      var unused =
          post.patience
              .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
              .thenRun(post::giveUp);
      post.write(path, body, length);
      return post;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void write(String path, InputStream body, long length) throws IOException {
    String head =
        "POST %s HTTP/1.1\r\nHost: guest\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(path, length);
    OutputStream out = socket.getOutputStream();
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(head.getBytes(ISO_8859_1));
    long sent = 0;
    do {
      byte[] piece = body.readNBytes((int) Math.min(CHUNK, length - sent));
      if (piece.length == 0 && sent < length) {
        throw new IOException("what was to be sent has become shorter than it was");
      }
      first.writeBytes(piece);
      sent += piece.length;
      try {
        first.writeTo(out); // head and body in one packet, where they fit
      } catch (IOException e) {
        return; // a guest that has refused it already says so in its answer, or says nothing
      }
      first.reset();
    } while (sent < length);
  }

  /**
   * Reads the head of the answer.
   *
   * @return the HTTP status
   * @throws SocketTimeoutException if there is none in time
   * @throws IOException if there is none, or it is none
   */
  int status() throws IOException {
    try {
      return readStatus();
    } catch (IOException e) {
      throw isLate ? (IOException) new SocketTimeoutException("no answer in time").initCause(e) : e;
    }
  }

  private int readStatus() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!endsHead(head)) {
      int b = in.read();
      if (b < 0 || head.size() == MAX_HEAD) {
        throw new IOException("no HTTP answer");
      }
      head.write(b);
    }
    Matcher status = STATUS.matcher(head.toString(ISO_8859_1));
    if (!status.lookingAt()) {
      throw new IOException("no HTTP answer");
    }
    return Integer.parseInt(status.group(1));
  }

  private static boolean endsHead(ByteArrayOutputStream head) {
    return head.size() >= 4 && head.toString(ISO_8859_1).endsWith("\r\n\r\n");
  }

  /** The rest of the answer, after its head. */
  InputStream body() {
    return in;
  }

  /** Keeps the connection until it is closed by somebody. */
  void takeYourTime() {
    patience.cancel(false);
  }

  private void giveUp() {
    isLate = true;
    disconnect();
  }

  private void disconnect() {
    try {
      socket.close();
    } catch (IOException e) {
      // nothing is lost with it
    }
  }

  @Override
  public void close() {
    patience.cancel(false);
    disconnect();
  }
}
