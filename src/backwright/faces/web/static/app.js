// What a script adds to pages that work without one: nothing here decides anything.
"use strict";
