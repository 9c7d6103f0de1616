package org.malassay.experiment;

import java.util.List;
import org.malassay.options.Option;
import org.malassay.options.OptionGroup;
import org.malassay.options.Values;

/** Options of a third party, on the class path of these tests. */
public final class ForeignOptions implements OptionGroup {
  static final Option<Integer> SHELVES =
      Option.optional("archive.shelves", "COUNT", "how many there are", Values::count);

  @Override
  public String title() {
    return "An archive of somebody else's";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(SHELVES);
  }
}
