package org.malassay.reports.writing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.malassay.options.Option;
import org.malassay.run.Difference;

class ReportOptionsTest {
  @Test
  void theyChangeNoResult() {
    assertThat(Difference.CHANGE_NOTHING)
        .containsAll(new ReportOptions().options().stream().<String>map(Option::name).toList());
  }
}
