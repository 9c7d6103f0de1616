package org.malassay.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.malassay.files.FileReason;
import org.malassay.sample.Sample;

/**
 * A service on the network. Its rate limit is kept, its answers are cached; when it refuses the
 * key, or fails {@value #MAX_FAILURES} times in a row, it is not asked again in this run.
 *
 * <p>No message holds the request's URL or headers, nor the text of an exception that might: the
 * key is in there.
 */
final class ReportService implements LabelSource {
  static final int MAX_FAILURES = 3;
  private static final Duration BACK_OFF = Duration.ofMinutes(1);

  private final Api api;
  private final URI base;
  private final ApiKey key;
  private final HttpClient http;
  private final Duration answerLimit;
  private final ReportCache cache;
  private final RateLimiter limiter;
  private final Duration wait;
  private final Clock clock;

  private int failures;
  private @Nullable String off;

  /**
   * @param base where the service is
   * @param answerLimit how long one answer may take
   * @param wait how long a lookup may wait for its turn
   */
  ReportService(
      Api api,
      URI base,
      ApiKey key,
      HttpClient http,
      Duration answerLimit,
      ReportCache cache,
      RateLimiter limiter,
      Duration wait,
      Clock clock) {
    this.api = api;
    this.base = base;
    this.key = key;
    this.http = http;
    this.answerLimit = answerLimit;
    this.cache = cache;
    this.limiter = limiter;
    this.wait = wait;
    this.clock = clock;
  }

  @Override
  public Lookup find(Sample sample) throws InterruptedException {
    Optional<Lookup> earlier = cache.get(api, sample.sha256());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    Instant deadline = clock.instant().plus(wait);
    try {
      while (true) {
        Optional<String> why = why();
        if (why.isEmpty()) {
          why = limiter.take(deadline);
        }
        if (why.isEmpty()) {
          // The service may have been given up while this lookup waited.
          why = why();
        }
        if (why.isPresent()) {
          return new Lookup.NotReachable(why.get());
        }
        HttpResponse<byte[]> response = ask(sample.sha256());
        switch (Api.meaning(response.statusCode())) {
          case ANSWER -> {
            return answer(sample.sha256(), response.body());
          }
          case NOT_KNOWN -> {
            succeeded();
            return notKnown(sample.sha256(), api.title() + " does not know it");
          }
          case KEY_REFUSED -> {
            return giveUp(
                "%s refuses the key in %s (HTTP %d)"
                    .formatted(api.title(), api.keyVariable(), response.statusCode()));
          }
          case TOO_FAST -> {
            limiter.backOff(retryAfter(response).orElse(BACK_OFF));
            Lookup slowDown =
                failed("its quota is exceeded (HTTP %d)".formatted(response.statusCode()));
            if (why().isPresent()) {
              return slowDown;
            }
          }
          case FAILURE -> {
            return failed("HTTP " + response.statusCode());
          }
        }
      }
    } catch (AskException e) {
      return failed(e.reason);
    } catch (IOException e) {
      return new Lookup.NotReachable(
          "%s was not asked, as its rate limit cannot be kept: %s"
              .formatted(api.title(), FileReason.of(e)));
    }
  }

  private HttpResponse<byte[]> ask(String sha256) throws AskException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> asked =
        http.sendAsync(
            api.request(base, sha256, key).timeout(answerLimit).build(),
            info -> new BoundedBody(ReportReader.MAX_ANSWER));
    try {
      // The request's own timeout ends with the headers; this one holds for the body as well.
      return asked.get(answerLimit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AskException(noAnswer());
    } catch (ExecutionException e) {
      throw new AskException(reason(e.getCause()));
    } finally {
      asked.cancel(true);
    }
  }

  private String noAnswer() {
    return "no answer within " + answerLimit.toMillis() + " ms";
  }

  /** The reason in our own words, as the exception's might show the key. */
  private String reason(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpConnectTimeoutException) {
        return "no connection";
      }
      if (cause instanceof HttpTimeoutException) {
        return noAnswer();
      }
      if (cause instanceof UnresolvedAddressException) {
        return "its name cannot be resolved";
      }
      if (cause instanceof SSLException) {
        return "no secure connection";
      }
    }
    if (failure instanceof ConnectException) {
      return "no connection";
    }
    return "the connection broke, or the answer was too large";
  }

  private Lookup answer(String sha256, byte[] body) throws IOException {
    String text = key.removedFrom(new String(body, UTF_8));
    Lookup lookup;
    try {
      lookup = ReportReader.read(text.getBytes(UTF_8), "the answer");
    } catch (ReportException e) {
      return failed(key.removedFrom(String.valueOf(e.getMessage())));
    }
    succeeded();
    if (lookup instanceof Lookup.NotKnown notKnown) {
      return notKnown(sha256, notKnown.reason());
    }
    try {
      cache.putReport(api, sha256, text.getBytes(UTF_8));
    } catch (IOException e) {
      // The report is at hand; the next run asks again.
    }
    return lookup;
  }

  private Lookup notKnown(String sha256, String reason) {
    try {
      cache.putNotKnown(api, sha256);
    } catch (IOException e) {
      // The next run asks again.
    }
    return new Lookup.NotKnown(reason);
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("\\d{1,5}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .filter(duration -> duration.compareTo(BACK_OFF) > 0);
  }

  private synchronized Optional<String> why() {
    return Optional.ofNullable(off);
  }

  private synchronized void succeeded() {
    failures = 0;
  }

  private synchronized Lookup failed(String reason) {
    failures++;
    if (failures >= MAX_FAILURES) {
      return giveUp(
          "%s failed %d times in a row, the last time: %s"
              .formatted(api.title(), failures, reason));
    }
    return new Lookup.NotReachable("%s failed: %s".formatted(api.title(), reason));
  }

  private synchronized Lookup giveUp(String reason) {
    off = reason + "; not asked again in this run";
    return new Lookup.NotReachable(off);
  }

  /** The service could not be asked. Holds no cause, as that might show the key. */
  private static final class AskException extends Exception {
    final String reason;

    AskException(String reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
