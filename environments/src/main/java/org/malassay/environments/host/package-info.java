/**
 * This machine: recipes and the programs that build from them, the cache of what takes long to
 * make, whose processes live, and how many guests there is room for. Stands on no other room.
 */
@NullMarked
package org.malassay.environments.host;

import org.jspecify.annotations.NullMarked;
