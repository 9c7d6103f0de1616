package org.malassay.experiments.profile;

import java.io.IOException;
import java.util.Optional;
import org.malassay.environment.GuestException;
import org.malassay.experiments.profile.ProfileStudy.Watched;
import org.malassay.profile.CallNames;
import org.malassay.profile.ServiceProfile;

/** What the tests of a profile ask of the guests in which the service runs. */
interface Study extends AutoCloseable {
  ServiceFile service();

  CallNames names();

  /** Watches the service under a workload, and keeps what it called where all went as it should. */
  Watched watch(String workload) throws IOException, GuestException;

  /** The profile of what was kept so far. */
  ServiceProfile profile();

  /** Runs a workload under a profile; what it calls is not kept. */
  Watched check(String workload, ServiceProfile profile) throws IOException, GuestException;

  /**
   * Has an exploit's stand-in execute a shell in the service.
   *
   * @param profile that the service runs under; empty: none
   * @return failures: none where the shell was refused and the service went on
   */
  Watched exploit(Optional<ServiceProfile> profile) throws IOException, GuestException;

  @Override
  void close();
}
