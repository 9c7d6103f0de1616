package org.malassay.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MedianTest {

  @Test
  void itIsTheOneInTheMiddleOrTheMeanOfTheTwoThere() {
    assertThat(Median.of(DoubleStream.empty())).isEmpty();
    assertThat(Median.of(DoubleStream.of(7))).hasValue(7);
    assertThat(Median.of(DoubleStream.of(9, 1, 2))).hasValue(2);
    assertThat(Median.of(DoubleStream.of(9, 1, 2, 5))).hasValue(3.5);
  }
}
