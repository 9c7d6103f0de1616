package org.malassay.reports.writing;

import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;

/** The options that several reports share. */
public final class ReportOptions implements OptionGroup {

  @Override
  public String title() {
    return "What several reports share";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(Words.LANG);
  }
}
