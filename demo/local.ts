import { keepOffline } from './keep-offline.ts';

// All else is in the page: an element whose room has no relay. Kept offline it needs no server even to be opened.
keepOffline();
