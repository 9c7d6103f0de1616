package org.malassay.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CsvCellTest {
  @Test
  void aSemicolonStartsNoFormulaWhereItSeparatesCells() {
    assertThat(CsvCell.text("a;=1+1; \"@x;b=c")).isEqualTo("a;\\x3d1+1; \"\\x40x;b=c");
  }

  @Test
  void anOrdinaryNameStaysAsItIs() {
    assertThat(CsvCell.text("usr/bin/g++-12=x; b")).isEqualTo("usr/bin/g++-12=x; b");
  }
}
