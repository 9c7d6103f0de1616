package org.malassay.reports.writing;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/** The results of a run, for consumers that write. */
public final class Results {
  private Results() {}

  /** {@link RunDirectory#forEachResult} for a consumer that may fail. */
  public static void forEach(RunDirectory run, ResultConsumer consumer) throws IOException {
    try {
      run.forEachResult(
          result -> {
            try {
              consumer.accept(result);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Takes one result. */
  public interface ResultConsumer {
    void accept(Result result) throws IOException;
  }
}
