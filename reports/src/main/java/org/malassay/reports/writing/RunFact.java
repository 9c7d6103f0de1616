package org.malassay.reports.writing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;

/**
 * What the header of a run says of it, as it stands there: the thesis's table T.
 *
 * @param of what it is of: the versions, the options, or an environment
 * @param name of the fact
 */
public record RunFact(String of, String name, String value) {

  /** All of them, session by session, by name. */
  public static List<RunFact> of(RunHeader header, Words words) {
    List<RunFact> all = new ArrayList<>();
    int number = 0;
    for (Session session : header.sessions()) {
      String when = header.sessions().size() == 1 ? "" : words.get("html.session", ++number) + " ";
      add(all, when + words.get("html.versions"), session.versions());
      add(all, when + words.get("html.options"), session.options());
      session
          .environments()
          .forEach((name, facts) -> add(all, when + words.environment(name), facts));
    }
    return all;
  }

  private static void add(List<RunFact> all, String of, Map<String, String> facts) {
    new TreeMap<>(facts).forEach((name, value) -> all.add(new RunFact(of, name, value)));
  }
}
