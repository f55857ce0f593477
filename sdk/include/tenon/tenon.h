/* SPDX-License-Identifier: Apache-2.0 */
/* The whole stable ABI, for plugins that want one include. Drafts are included one by one. */
#ifndef TENON_TENON_H
#define TENON_TENON_H

#include "auth.h"
#include "cancel.h"
#include "channels.h"
#include "clock.h"
#include "config.h"
#include "datasource.h"
#include "events.h"
#include "http.h"
#include "log.h"
#include "metrics.h"
#include "plugin.h"
#include "rows.h"
#include "tasks.h"

#endif
